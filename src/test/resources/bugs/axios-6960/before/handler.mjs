import client from './lib/index.js';

export async function handler(event) {
  const response = await client.request({ url: event.url, method: event.httpMethod });
  return { statusCode: response.status };
}

console.log(await handler({ url: 'local:/orders' }));
