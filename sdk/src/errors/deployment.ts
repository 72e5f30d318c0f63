import type { Address } from 'viem'
import { BaseError } from './base.js'

export class InvalidDeploymentError extends BaseError {
  override name = 'InvalidDeploymentError'
  constructor({ field, reason }: { field: string; reason: string }) {
    super(`The deployment is not usable: "${field}" ${reason}.`, {
      metaMessages: ['Use the deployment file that the deployment script wrote for this chain.'],
    })
  }
}

/** The protocol does not work on this chain: beacons, keys or gas would be something else there. */
export class UnsupportedChainError extends BaseError {
  override name = 'UnsupportedChainError'
  constructor({ chainId, name, reason }: { chainId: number; name: string; reason: string }) {
    super(`Veritask is not supported on ${name} (chain ${chainId}).`, {
      metaMessages: [`Why: ${reason}.`, 'The supported chains are a table in contracts/README.md.'],
    })
  }
}

export class MissingDeploymentError extends BaseError {
  override name = 'MissingDeploymentError'
  constructor({ chainId }: { chainId: number | undefined }) {
    super(
      chainId === undefined
        ? 'No Veritask deployment was given.'
        : `No Veritask deployment is known for chain ${chainId}.`,
      {
        metaMessages: [
          'Give `deployment` to the action or to `veritaskActions({ deployment })`,',
          'or make the client with `chain: withVeritask(chain, deployment)`.',
        ],
      },
    )
  }
}

export class WrongChainError extends BaseError {
  override name = 'WrongChainError'
  constructor({ expected, actual }: { expected: number; actual: number }) {
    super(`The node serves chain ${actual}, and the deployment is on chain ${expected}.`, {
      metaMessages: ['Connect to the chain of the deployment, or use the deployment file of this chain.'],
    })
  }
}

/** An address of the deployment is not that of the contract it should be. */
export class WrongDeploymentError extends BaseError {
  override name = 'WrongDeploymentError'
  readonly contract: string
  readonly address: Address
  constructor({
    contract,
    address,
    link,
  }: {
    contract: string
    address: Address
    link?: { contract: string; is: Address }
  }) {
    super(
      link === undefined
        ? `The deployment says that ${contract} is at ${address}, and no such contract is there.`
        : `The ${contract} at ${address} belongs to another deployment: its ${link.contract} is ${link.is}.`,
      { metaMessages: ['Use the deployment file that the deployment script wrote for this very chain.'] },
    )
    this.contract = contract
    this.address = address
  }
}
