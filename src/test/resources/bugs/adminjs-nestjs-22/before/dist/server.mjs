export function createServer() {
  const stack = [];
  return {
    stack,
    use(name, handle) {
      stack.push({ name, handle });
    },
  };
}
