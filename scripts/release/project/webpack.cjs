const { resolve } = require('node:path');
const webpack = require('webpack');

const configuration = {
  mode: 'production',
  target: 'node',
  entry: './program.mjs',
  experiments: { outputModule: true },
  output: { path: resolve('../bundles'), filename: 'webpack.mjs', module: true },
};

webpack(configuration, (error, stats) => {
  if (!error && !stats.hasErrors()) return;
  console.error(error ?? stats.toString());
  process.exitCode = 1;
});
