/** ABIs of the protocol's contracts, generated from their compiled interfaces. */
export * from './generated/abis.js'
