"use strict";

const linter = require("./linter");

const program = {
    type: "Program",
    body: [
        { type: "WhileStatement", test: { type: "Identifier", name: "x" }, body: [] },
        { type: "ForStatement", test: null, body: [] }
    ]
};

console.log(linter.verify(program));
