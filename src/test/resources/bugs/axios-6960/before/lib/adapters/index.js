import local from './local.js';
import memory from './memory.js';

export default {
  find(url) {
    return url.startsWith('local:') ? local : memory;
  },
};
