'use strict';

exports.quoteName = (name) => `"${name}"`;
