export default [
  { path: '/shop', name: 'shop', meta: {} },
  { path: '/account', name: 'account', meta: { middleware: ['auth', 'audit'] } },
];
