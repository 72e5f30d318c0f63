import { type Classifier, train } from './classifier.ts'
import { decodePng } from './image.ts'
import { classes, readDigits } from './mnist.ts'
import { below, type Random, seeded } from './random.ts'

/** Somebody who looks at images and says what is on them. */
export interface Labeller {
  readonly name: string
  readonly kind: string
  label(images: readonly Uint8Array[]): number[]
}

export interface Labellers {
  readonly careful: Labeller
  readonly second: Labeller
  readonly weak: Labeller
  readonly careless: Labeller
  readonly guesser: Labeller
}

const trainingImages = 20_000
const secondTrainingImages = 8_000
const weakTrainingImages = 300
/** Share of images on which the careless one slips. */
const carelessShare = 0.5

const eye = (name: string, kind: string, classify: Classifier): Labeller => ({
  name,
  kind,
  label: (images) => images.map((image) => classify(decodePng(image))),
})

function otherThan(label: number, random: Random): number {
  return (label + 1 + below(random, classes - 1)) % classes
}

/** Trains the classifiers on the spot: a few seconds, and the same ones for the same seed. */
export function trainLabellers(seed: number): Labellers {
  const digits = readDigits(
    'train',
    Array.from({ length: trainingImages }, (_, index) => index),
  )
  const careful = train(digits, { square: 2, hidden: 32, steps: 120_000, learningRate: 0.05 }, seeded(seed + 1))
  const second = train(
    digits.slice(-secondTrainingImages),
    { square: 2, hidden: 24, steps: 40_000, learningRate: 0.05 },
    seeded(seed + 2),
  )
  const weak = train(
    digits.slice(0, weakTrainingImages),
    { square: 4, hidden: 8, steps: 4_000, learningRate: 0.1 },
    seeded(seed + 3),
  )
  const carelessRandom = seeded(seed + 4)
  const guesses = seeded(seed + 5)
  return {
    careful: eye('Ada', 'network of 32 hidden units, 20,000 training images', careful),
    second: eye('Boris', 'network of 24 hidden units, 8,000 training images', second),
    weak: eye('Chen', 'network of 8 hidden units, 300 small training images', weak),
    careless: {
      name: 'Dana',
      kind: `reads like Ada, slips on about ${carelessShare * 100} % of the images`,
      label: (images) =>
        images.map((image) => {
          const seen = careful(decodePng(image))
          return carelessRandom() < carelessShare ? otherThan(seen, carelessRandom) : seen
        }),
    },
    guesser: {
      name: 'Emil',
      kind: 'guesses without looking',
      label: (images) => images.map(() => below(guesses, classes)),
    },
  }
}
