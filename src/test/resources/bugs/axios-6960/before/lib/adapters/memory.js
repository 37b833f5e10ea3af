const stored = new Map();

export default async function memory(config) {
  if (config.method === 'post') {
    stored.set(config.url, config.data);
  }
  return { status: stored.has(config.url) ? 200 : 404, data: stored.get(config.url) };
}
