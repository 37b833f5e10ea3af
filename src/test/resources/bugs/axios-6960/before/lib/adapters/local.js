export default async function local(config) {
  const method = config.method.toUpperCase();
  return { status: method === 'GET' ? 200 : 201, data: null };
}
