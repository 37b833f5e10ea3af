import Client from './core/Client.js';
import defaults from './defaults/index.js';

export default new Client(defaults);
