import type { Digit } from './mnist.ts'
import { classes, imageSide } from './mnist.ts'
import { below, type Random } from './random.ts'

/** What a classifier sees of an image: the mean grey of each square of `square` × `square` pixels, 0 to 1. */
export function shrink(pixels: Uint8Array, square: number): Float64Array {
  const side = Math.floor(imageSide / square)
  const features = new Float64Array(side * side)
  const scale = 1 / (255 * square * square)
  for (let row = 0; row < side * square; row++) {
    for (let column = 0; column < side * square; column++) {
      const target = Math.floor(row / square) * side + Math.floor(column / square)
      features[target] = (features[target] as number) + (pixels[row * imageSide + column] as number) * scale
    }
  }
  return features
}

export interface Training {
  /** Pixels per side of the squares the image is reduced to. */
  readonly square: number
  readonly hidden: number
  readonly steps: number
  readonly learningRate: number
}

export type Classifier = (pixels: Uint8Array) => number

function argmax(values: Float64Array): number {
  let best = 0
  for (let index = 1; index < values.length; index++) {
    if ((values[index] as number) > (values[best] as number)) best = index
  }
  return best
}

/** A network with one hidden layer of rectifiers and a softmax, trained by plain stochastic gradient descent. */
export function train(digits: readonly Digit[], training: Training, random: Random): Classifier {
  const inputs = Math.floor(imageSide / training.square) ** 2
  const { hidden } = training
  const initial = (fanIn: number): number => (random() * 2 - 1) * Math.sqrt(3 / fanIn)
  const first = Float64Array.from({ length: hidden * inputs }, () => initial(inputs))
  const firstBias = new Float64Array(hidden)
  const second = Float64Array.from({ length: classes * hidden }, () => initial(hidden))
  const secondBias = new Float64Array(classes)
  const activation = new Float64Array(hidden)
  const output = new Float64Array(classes)
  const signal = new Float64Array(hidden)

  const forward = (features: Float64Array): void => {
    for (let unit = 0; unit < hidden; unit++) {
      let sum = firstBias[unit] as number
      const offset = unit * inputs
      for (let input = 0; input < inputs; input++)
        sum += (first[offset + input] as number) * (features[input] as number)
      activation[unit] = Math.max(0, sum)
    }
    for (let label = 0; label < classes; label++) {
      let sum = secondBias[label] as number
      for (let unit = 0; unit < hidden; unit++) {
        sum += (second[label * hidden + unit] as number) * (activation[unit] as number)
      }
      output[label] = sum
    }
  }

  const seen = digits.map((digit) => shrink(digit.pixels, training.square))
  for (let step = 0; step < training.steps; step++) {
    const rate = training.learningRate * (1 - step / training.steps)
    const index = below(random, digits.length)
    const features = seen[index] as Float64Array
    forward(features)
    const highest = Math.max(...output)
    let total = 0
    for (let label = 0; label < classes; label++) {
      output[label] = Math.exp((output[label] as number) - highest)
      total += output[label] as number
    }
    signal.fill(0)
    for (let label = 0; label < classes; label++) {
      const error = (output[label] as number) / total - (label === digits[index]?.label ? 1 : 0)
      secondBias[label] = (secondBias[label] as number) - rate * error
      for (let unit = 0; unit < hidden; unit++) {
        const at = label * hidden + unit
        signal[unit] = (signal[unit] as number) + error * (second[at] as number)
        second[at] = (second[at] as number) - rate * error * (activation[unit] as number)
      }
    }
    for (let unit = 0; unit < hidden; unit++) {
      if (activation[unit] === 0) continue
      const change = rate * (signal[unit] as number)
      firstBias[unit] = (firstBias[unit] as number) - change
      const offset = unit * inputs
      for (let input = 0; input < inputs; input++) {
        first[offset + input] = (first[offset + input] as number) - change * (features[input] as number)
      }
    }
  }

  return (pixels) => {
    forward(shrink(pixels, training.square))
    return argmax(output)
  }
}
