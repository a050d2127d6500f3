export default {
  extensions: ['ts'],
  files: ['{ops,policies}/**/*.e2e.ts'],
  // Each brings up real control planes: one at a time is what a small machine bears.
  concurrency: 1,
  serial: true,
  timeout: '30m',
}
