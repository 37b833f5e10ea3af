"use strict";

const SIMPLE = ["Literal", "FunctionExpression", "ArrowFunctionExpression", "ClassExpression"];

module.exports = function(context) {

    function isConstant(test) {
        return SIMPLE.indexOf(test.type) !== -1
            || test.type === "UnaryExpression" && isConstant(test.argument);
    }

    function checkConstantCondition(node) {
        if (isConstant(node.test)) {
            context.report(node, "Unexpected constant condition.");
        }
    }

    return {
        ConditionalExpression: checkConstantCondition,
        IfStatement: checkConstantCondition,
        WhileStatement: checkConstantCondition,
        DoWhileStatement: checkConstantCondition,
        ForStatement: checkConstantCondition
    };
};
