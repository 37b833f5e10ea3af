import adapters from '../adapters/index.js';

export default async function dispatchRequest(config) {
  const adapter = adapters.find(config.url);
  const response = await adapter(config);
  return { ...response, config };
}
