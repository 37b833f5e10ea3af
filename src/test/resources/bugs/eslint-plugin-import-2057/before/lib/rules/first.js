'use strict';

exports.check = function check(body) {
  let seen = false;
  const messages = [];
  body.forEach((node) => {
    if (node.type !== 'ImportDeclaration') {
      seen = true;
    } else if (seen) {
      messages.push(`import of ${node.source} is not at the top`);
    }
  });
  return messages;
};
