"use strict";

/** Calls enter for a node and then for all nodes below. */
module.exports = function traverse(node, enter) {
    enter(node);
    for (const value of Object.values(node)) {
        if (Array.isArray(value)) {
            value.forEach(child => traverse(child, enter));
        } else if (value && typeof value.type === "string") {
            traverse(value, enter);
        }
    }
};
