"use strict";

const EventEmitter = require("events");
const load = require("./rules");
const traverse = require("./traverse");

exports.verify = function(program) {
    const api = new EventEmitter();
    const messages = [];

    for (const rule of Object.values(load())) {
        const listeners = rule({ report: (node, message) => messages.push(`${node.type}: ${message}`) });

        Object.keys(listeners).forEach(type => api.on(type, listeners[type]));
    }
    traverse(program, node => api.emit(node.type, node));
    return messages;
};
