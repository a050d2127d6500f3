export default {
  extensions: ['ts'],
  files: ['{apps,bin,clusters,nodes,ops,platform,policies,services,synth,tools}/**/*.test.ts'],
  timeout: '5m',
}
