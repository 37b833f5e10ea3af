'use strict';

function isClassWithDecorator(node) {
  return node.type === 'ClassDeclaration' && node.decorators && node.decorators.length;
}

function isExportDefaultClass(node) {
  return node.type === 'ExportDefaultDeclaration' && node.declaration.type === 'ClassDeclaration';
}

function isExportNameClass(node) {
  return node.type === 'ExportNamedDeclaration' && node.declaration.type === 'ClassDeclaration';
}

function firstLine(node) {
  if (isExportNameClass(node) || isExportDefaultClass(node)) {
    const decorators = node.declaration.decorators;
    return decorators && decorators.length ? decorators[0].line : node.line;
  }
  return isClassWithDecorator(node) ? node.decorators[0].line : node.line;
}

function checkForNewLine(node, next, messages) {
  if (firstLine(next) - node.line < 2) {
    messages.push(`line ${node.line}: expected an empty line after the import`);
  }
}

exports.check = function check(body) {
  const messages = [];
  body.forEach((node, index) => {
    const next = body[index + 1];
    if (node.type === 'ImportDeclaration' && next && next.type !== 'ImportDeclaration') {
      checkForNewLine(node, next, messages);
    }
  });
  return messages;
};
