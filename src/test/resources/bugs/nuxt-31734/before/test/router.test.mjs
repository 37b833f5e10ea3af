import assert from 'node:assert';
import { Router } from '../runtime/router.mjs';

const page = (path, ...middleware) => ({ path, name: path.slice(1), meta: { middleware } });
const router = new Router([page('/a', 'auth'), page('/b', 'nobody')]);

assert.strictEqual(await router.navigate('/a'), 'a');
