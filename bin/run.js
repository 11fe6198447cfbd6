#!/usr/bin/env node
// CommonJS on purpose: it starts faster than an ES module (docs/decisions/0003-start-up.md).
const { version, name } = require('../package.json');

const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-v')) {
  // The line oclif would print, without loading oclif.
  console.log(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}`);
} else if (first === '__complete') {
  // At every TAB: without oclif, and silent when something fails.
  import('../dist/completion/main.js')
    .then(({ answer }) => console.log(answer(rest, process.env)))
    .catch(() => undefined);
} else {
  import('../dist/cli.js').then(({ main }) => main());
}
