import dispatchRequest from './dispatchRequest.js';
import mergeConfig from './mergeConfig.js';

export default class Client {
  constructor(defaults) {
    this.defaults = defaults;
    this.interceptors = [];
  }

  async request(config) {
    const merged = mergeConfig(this.defaults, config);
    merged.headers = { ...merged.headers.common, ...merged.headers[merged.method] };

    let promise = Promise.resolve(merged);
    for (const interceptor of this.interceptors) {
      promise = promise.then(interceptor);
    }
    const ready = await promise;
    return dispatchRequest(ready);
  }

  get(url, config) {
    return this.request({ ...config, url, method: 'get' });
  }
}
