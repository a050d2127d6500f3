export default {
  extensions: ['ts'],
  files: ['{ops,policies}/**/*.e2e.ts'],
  // Each brings up real control planes, which wait more than they compute: a small machine bears two files at a time.
  // The tests of a file are one after the other (test.serial).
  concurrency: 2,
  timeout: '30m',
}
