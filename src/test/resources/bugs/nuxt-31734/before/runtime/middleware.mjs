/** Middleware that is loaded when it is first needed. */
export const namedMiddleware = {
  auth: async () => ({ default: (to) => to.path !== '/forbidden' }),
};
