'use strict';

class Runner {
  constructor(rule) {
    this.messages = [];
    this.listeners = rule.create({ report: message => this.messages.push(message) });
  }

  run(nodes) {
    nodes.forEach((node) => {
      const listener = this.listeners[node.type];
      if (listener) {
        listener(node);
      }
    });
  }
}

module.exports = Runner;
