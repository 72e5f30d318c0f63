import { bn254 } from '@noble/curves/bn254'
import type { VerifyingKeyJson } from '../proving/types.js'

/** x on the twist whose point lies outside the subgroup, as nearly every point of it does. */
function outsideSubgroup(): string[][] {
  const { Fp2 } = bn254.fields
  for (let i = 1n; ; i++) {
    const x = Fp2.fromBigTuple([i, 1n])
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), bn254.G2.CURVE.b))
      return [[x.c0, x.c1].map(String), [y.c0, y.c1].map(String), ['1', '0']]
    } catch {
      // No point has this x.
    }
  }
}

function json2(point: InstanceType<typeof bn254.G2.ProjectivePoint>): string[][] {
  const { x, y } = point.toAffine()
  return [[x.c0, x.c1].map(String), [y.c0, y.c1].map(String), ['1', '0']]
}

function negated([x, y, z]: readonly (readonly string[])[]): string[][] {
  const q = bn254.fields.Fp.ORDER
  return [[...x!], y!.map((value) => String((q - BigInt(value)) % q)), [...z!]]
}

/** IC_0 = -(1·IC_1 + 2·IC_2 + …): vk_x of the signals 1, 2 … n is zero, so that A = alpha, B = beta passes for them. */
function cancelled(good: VerifyingKeyJson): readonly (readonly string[])[] {
  const { ProjectivePoint } = bn254.G1
  const rest = good.IC.slice(1)
  const sum = rest
    .map(([x, y]) => ProjectivePoint.fromAffine({ x: BigInt(x!), y: BigInt(y!) }))
    .reduce((total, point, i) => total.add(point.multiply(BigInt(i + 1))), ProjectivePoint.ZERO)
  const { x, y } = sum.negate().toAffine()
  return [[String(x), String(y), '1'], ...rest]
}

/** Keys that the gate must refuse, off-chain and on-chain: what is wrong, the check that says so, the key. */
export function badKeys(good: VerifyingKeyJson): [what: string, check: string, key: VerifyingKeyJson][] {
  const generator = json2(bn254.G2.ProjectivePoint.BASE)
  const zero1 = ['0', '0', '1']
  const zero2 = [
    ['0', '0'],
    ['0', '0'],
    ['1', '0'],
  ]
  const off1 = ['1', '1', '1']
  const off2 = [
    ['1', '1'],
    ['1', '1'],
    ['1', '0'],
  ]
  const changes: [string, string, Partial<VerifyingKeyJson>][] = [
    ['alpha zero', 'alpha', { vk_alpha_1: zero1 }],
    ['alpha off the curve', 'alpha', { vk_alpha_1: off1 }],
    ['beta zero', 'beta', { vk_beta_2: zero2 }],
    ['beta off the curve', 'beta', { vk_beta_2: off2 }],
    ['beta outside its subgroup', 'beta', { vk_beta_2: outsideSubgroup() }],
    ['gamma outside its subgroup', 'gamma', { vk_gamma_2: outsideSubgroup() }],
    ['delta outside its subgroup', 'delta', { vk_delta_2: outsideSubgroup() }],
    ['delta zero', 'delta', { vk_delta_2: zero2 }],
    ['IC_0 zero', 'IC', { IC: [zero1, ...good.IC.slice(1)] }],
    ['the last IC zero', 'IC', { IC: [...good.IC.slice(0, -1), zero1] }],
    ['an IC off the curve', 'IC', { IC: [...good.IC.slice(0, -1), off1] }],
    ['gamma = delta', 'gamma and delta', { vk_delta_2: good.vk_gamma_2 }],
    ['gamma = -delta', 'gamma and delta', { vk_gamma_2: negated(good.vk_delta_2) }],
    ['beta = gamma', 'beta and gamma', { vk_beta_2: good.vk_gamma_2 }],
    ['beta = -gamma', 'beta and gamma', { vk_beta_2: negated(good.vk_gamma_2) }],
    ['beta = delta', 'beta and delta', { vk_beta_2: good.vk_delta_2 }],
    ['beta = -delta', 'beta and delta', { vk_beta_2: negated(good.vk_delta_2) }],
    [
      'delta = generator',
      'delta and generator',
      { vk_gamma_2: json2(bn254.G2.ProjectivePoint.BASE.double()), vk_delta_2: generator },
    ],
    [
      'delta = -generator',
      'delta and generator',
      { vk_gamma_2: json2(bn254.G2.ProjectivePoint.BASE.double()), vk_delta_2: negated(generator) },
    ],
    ['no public signal', 'signals', { nPublic: 0, IC: good.IC.slice(0, 1) }],
    [
      'more public signals than the registry takes',
      'signals',
      { nPublic: 129, IC: [good.IC[0]!, ...Array.from({ length: 129 }, () => good.IC[1]!)] },
    ],
    ['a key under which the forgery passes', 'forgery', { IC: cancelled(good) }],
  ]
  return changes.map(([what, check, change]) => [what, check, { ...good, ...change }])
}
