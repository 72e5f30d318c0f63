#!/usr/bin/env node
// Present before the build, so that npm can link the command when it installs the workspace.
const [major, minor] = process.versions.node.split('.').map(Number)
// Of engines in package.json.
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`veritask needs Node 20.19 or newer, and this is Node ${process.versions.node}.`)
  process.exit(1)
}
await import('../dist/cli/main.js')
