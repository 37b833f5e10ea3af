export class AbstractLoader {
  register() {
    throw new Error('a loader registers the panel');
  }
}
