"use strict";

const assert = require("assert");
const rule = require("../lib/rules/no-constant-condition");

function reported(type, test) {
    const messages = [];
    rule({ report: (node, message) => messages.push(message) })[type]({ type, test });
    return messages;
}

assert.deepStrictEqual(reported("IfStatement", { type: "Identifier" }), []);
assert.deepStrictEqual(reported("ForStatement", null), []);
assert.strictEqual(reported("WhileStatement", { type: "Literal" }).length, 1);
