#!/usr/bin/env node
// Present before the build, so that npm can link the command when it installs the workspace.
import '../dist/cli/main.js'
