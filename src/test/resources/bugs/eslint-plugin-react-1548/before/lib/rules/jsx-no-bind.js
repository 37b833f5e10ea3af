'use strict';

const props = require('../util/props');

const messages = {
  bindCall: 'JSX props should not use .bind()',
  arrowFunc: 'JSX props should not use arrow functions'
};

module.exports = {
  create(context) {
    const violations = new Map();

    function getNodeViolationType(node) {
      const nodeType = node.type;
      if (nodeType === 'CallExpression' && node.callee.property === 'bind') {
        return 'bindCall';
      }
      if (nodeType === 'ConditionalExpression') {
        return getNodeViolationType(node.consequent) || getNodeViolationType(node.alternate);
      }
      return nodeType === 'ArrowFunctionExpression' ? 'arrowFunc' : null;
    }

    return {
      VariableDeclarator(node) {
        const violation = getNodeViolationType(node.init);
        if (violation && node.kind === 'const') {
          violations.set(node.id, violation);
        }
      },

      JSXAttribute(node) {
        if (!props.isListener(node.name)) {
          return;
        }
        const violation = violations.get(node.value.name) || getNodeViolationType(node.value);
        if (violation) {
          context.report(messages[violation]);
        }
      }
    };
  }
};
