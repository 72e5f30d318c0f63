// Runs before anything that an old Node could not even read, so it is written for any of them.
var wanted = require('../package.json').engines.node.replace('>=', '')
var have = process.versions.node
var a = have.split('.').map(Number)
var b = wanted.split('.').map(Number)
while (b.length < 3) b.push(0)
var order = a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
if (order < 0) {
  console.error(`Veritask needs Node ${wanted} or newer, and this is Node ${have}. Get one from https://nodejs.org.`)
  process.exit(1)
}
