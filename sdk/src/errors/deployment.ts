import { BaseError } from './base.js'

export class InvalidDeploymentError extends BaseError {
  override name = 'InvalidDeploymentError'
  constructor({ field, reason }: { field: string; reason: string }) {
    super(`The deployment is not usable: "${field}" ${reason}.`, {
      metaMessages: ['Use the deployment file that the deployment script wrote for this chain.'],
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
