'use strict';

exports.memo = new Map();
