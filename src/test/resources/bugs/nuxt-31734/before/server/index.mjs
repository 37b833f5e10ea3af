import { createApp } from './app.mjs';

const app = createApp();
console.log(await app.navigate('/shop'));
console.log(await app.navigate('/account'));
