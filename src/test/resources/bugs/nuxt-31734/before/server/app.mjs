import { Router } from '../runtime/router.mjs';
import pages from './pages.mjs';

export function createApp() {
  return new Router(pages);
}
