"use strict";

module.exports = function(context) {
    return {
        BlockStatement(node) {
            if (node.body.length === 0) {
                context.report(node, "Empty block statement.");
            }
        }
    };
};
