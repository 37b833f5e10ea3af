'use strict';

module.exports = function report(source, annotation, messages) {
  if (annotation.spaces > 0) {
    messages.push('There must be no space in generics.');
  }
};
