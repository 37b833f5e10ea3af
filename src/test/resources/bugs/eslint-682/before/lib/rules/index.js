"use strict";

module.exports = function load() {
    return {
        "no-constant-condition": require("./no-constant-condition"),
        "no-empty": require("./no-empty")
    };
};
