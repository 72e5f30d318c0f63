import { encodePacked, keccak256 } from 'viem'
import { describe, expect, test } from 'vitest'
import { CommitmentMismatchError, commitLabels } from '../commitments.js'
import { commitmentContext } from '../context.js'
import { InvalidEncryptionKeyError, publicKeyOf } from '../encryption/babyjub.js'
import { FIELD_ORDER, FieldOutOfRangeError } from '../field.js'
import { agrees, sidesOf } from '../labels/agreement.js'
import { BoxOutsideImageError, encodeLabels, LabelOutsideSchemaError, WrongItemCountError } from '../labels/codes.js'
import { GoldDoesNotOpenError, GoldMalformedError, hiddenGoldCommitment, packGold, unpackGold } from '../labels/gold.js'
import { encodeRules, type Rules, ThresholdTooHighError } from '../labels/rules.js'
import { boxes, digits, sampleGold, sampleLabels } from '../testing/samples.js'
import { seeded } from '../testing/seeded.js'
import { legalityVector, openGoldVector, publicSignalsFor, scoreVector } from './vectors.js'
import {
  AgreementBelowThresholdError,
  auditWitness,
  legalityWitness,
  openGoldWitness,
  scoreWitness,
} from './witness.js'

function sample(seed: number, rules: Rules) {
  const random = seeded(seed)
  const labels = sampleLabels(random, rules)
  const gold = packGold(rules, sampleGold(random, rules, labels))
  return {
    rules,
    labels,
    gold,
    salt: random.bits(248),
    goldSalt: random.bits(248),
    commitmentContext: random.bits(248),
    context: random.bits(248),
    encryptionKey: publicKeyOf(random.bits(249)),
    ephemeralScalar: random.bits(249),
  }
}

describe('statements', () => {
  test('default: alpha and evaluation are the contract’s formulas', () => {
    const [digest, evaluation, context, alpha] = publicSignalsFor({ digest: 5n, context: 6n, vector: [7n, 8n, 9n] })
    const types = new Array(5).fill('uint256')
    expect(alpha).toBe(BigInt(keccak256(encodePacked(types, [5n, 6n, 7n, 8n, 9n]))) >> 8n)
    expect(evaluation).toBe((7n + 8n * alpha + 9n * alpha ** 2n) % FIELD_ORDER)
    expect([digest, context]).toEqual([5n, 6n])
  })

  test('default: fixed signals of each statement', () => {
    const parameters = sample(70, digits)
    expect(openGoldWitness(parameters).statement.publicSignals).toMatchInlineSnapshot(`
      [
        1768098376336428443587476540543411531622444312544365726794153237323399737793n,
        12287811929765029590951239448251333168924682587169305228190387042683913282511n,
        112740504833226624874843818002949138012452863701892923909155286301071774332n,
        45352775211269406818223457048183000782301107473632793892385871813567622977n,
      ]
    `)
    expect(legalityWitness(parameters).statement.publicSignals).toMatchInlineSnapshot(`
      [
        11944789794504140892386769404450183372801152403257805981920253460575189261399n,
        2708824683516385540901152132714690128105365870674826329179102005108209407660n,
        112740504833226624874843818002949138012452863701892923909155286301071774332n,
        49248434860331337326211676818443914323735800068117608167022216721685357299n,
      ]
    `)
    expect(scoreWitness(parameters).statement.publicSignals).toMatchInlineSnapshot(`
      [
        5494681244245491879690410748953399380974224703124178922527257880237597895675n,
        20432308771489161525797295962202774548116043062986450628175782769139871707890n,
        112740504833226624874843818002949138012452863701892923909155286301071774332n,
        279058336046680918872460248639037399973344010796908741364470106027111075738n,
      ]
    `)
  })

  test.each([digits, boxes])('default: the chain’s view gives the same signals ($kind)', (rules) => {
    const parameters = sample(71, rules)
    const { encryptionKey, context } = parameters
    const open = openGoldWitness(parameters)
    const seen = { rules, commitmentContext: parameters.commitmentContext, commitment: open.commitment }
    const openVector = openGoldVector({ ...seen, encryptionKey, delivery: open.delivery, gold: parameters.gold })
    expect(publicSignalsFor({ digest: open.statement.digest, context, vector: openVector })).toEqual(
      open.statement.publicSignals,
    )
    const legal = legalityWitness(parameters)
    const legalVector = legalityVector({ ...seen, encryptionKey, delivery: legal.delivery })
    expect(publicSignalsFor({ digest: legal.statement.digest, context, vector: legalVector })).toEqual(
      legal.statement.publicSignals,
    )
    const score = scoreWitness(parameters)
    const goldCommitment = hiddenGoldCommitment({ salt: parameters.goldSalt, ...parameters.gold })
    const vector = scoreVector({ ...seen, goldCommitment, agreements: score.agreements })
    expect(publicSignalsFor({ digest: score.statement.digest, context, vector })).toEqual(score.statement.publicSignals)
  })

  test('default: any changed element changes the evaluation', () => {
    const { statement } = openGoldWitness(sample(72, digits))
    const { digest, context, vector } = statement
    vector.forEach((_, i) => {
      const changed = vector.map((element, j) => (i === j ? (element + 1n) % FIELD_ORDER : element))
      expect(publicSignalsFor({ digest, context, vector: changed })[1]).not.toBe(statement.evaluation)
    })
  })

  test('error: signals at or above the field order', () => {
    expect(() => publicSignalsFor({ digest: FIELD_ORDER, context: 1n, vector: [1n] })).toThrow(FieldOutOfRangeError)
    expect(() => publicSignalsFor({ digest: 1n, context: FIELD_ORDER, vector: [1n] })).toThrow(FieldOutOfRangeError)
    expect(() => publicSignalsFor({ digest: 1n, context: 1n, vector: [FIELD_ORDER] })).toThrow(FieldOutOfRangeError)
  })
})

describe('openGoldWitness', () => {
  test('default: a fresh ephemeral scalar each time', () => {
    const { ephemeralScalar: _scalar, ...parameters } = sample(73, digits)
    const keys = [openGoldWitness(parameters), openGoldWitness(parameters)].map(
      ({ delivery }) => delivery.ephemeralKey[0],
    )
    expect(keys[0]).not.toBe(keys[1])
  })

  test('error: the guesser learns why, and how far off', () => {
    const parameters = sample(74, digits)
    const labels = parameters.labels.map((label) => ((label as number) + 3) % 10)
    expect(() => openGoldWitness({ ...parameters, labels })).toThrow(
      expect.objectContaining({ name: 'AgreementBelowThresholdError', agreements: 0, goldCount: 16, needed: 12 }),
    )
  })

  test('args: exactly at the threshold passes, one below does not', () => {
    const parameters = sample(75, digits)
    const goldIndices = [...Array(64).keys()].filter((index) => (parameters.gold.mask[0]! >> BigInt(index)) & 1n)
    const missing = (count: number) =>
      parameters.labels.map((label, index) =>
        goldIndices.slice(0, count).includes(index) ? ((label as number) + 1) % 10 : label,
      )
    openGoldWitness({ ...parameters, labels: missing(4) })
    expect(() => openGoldWitness({ ...parameters, labels: missing(5) })).toThrow(AgreementBelowThresholdError)
  })

  test('error: the copier cannot open a commitment made for another slot', () => {
    const parameters = sample(76, digits)
    const where = {
      chainId: 31337,
      module: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
      taskId: `0x${'ab'.repeat(32)}`,
      payout: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    } as const
    const own = commitmentContext({ ...where, slot: 0 })
    const copied = commitmentContext({ ...where, slot: 1 })
    const codes = encodeLabels(digits, parameters.labels)
    const commitment = commitLabels({ ...parameters, codes, commitmentContext: own })
    openGoldWitness({ ...parameters, commitment, commitmentContext: own })
    // Even with the other worker's labels and salt, the commitment is bound to slot 0.
    expect(() => openGoldWitness({ ...parameters, commitment, commitmentContext: copied })).toThrow(
      CommitmentMismatchError,
    )
    expect(() => openGoldWitness({ ...parameters, commitment, commitmentContext: own, salt: 1n })).toThrow(
      CommitmentMismatchError,
    )
  })

  test('error: labels, gold, key and rules that no proof can be about', () => {
    const parameters = sample(77, digits)
    const with_ = (change: object) => () => openGoldWitness({ ...parameters, ...change })
    expect(with_({ labels: parameters.labels.with(3, 10) })).toThrow(LabelOutsideSchemaError)
    expect(with_({ labels: parameters.labels.slice(1) })).toThrow(WrongItemCountError)
    expect(with_({ gold: { mask: [1n], values: [1n] } })).toThrow(GoldMalformedError)
    expect(with_({ encryptionKey: [0n, 1n] })).toThrow(InvalidEncryptionKeyError)
    expect(with_({ encryptionKey: [1n, 1n] })).toThrow(InvalidEncryptionKeyError)
    expect(with_({ rules: { ...digits, thresholdBps: 10_001 } })).toThrow(ThresholdTooHighError)
    expect(with_({ salt: FIELD_ORDER })).toThrow(FieldOutOfRangeError)
    const box = sample(78, boxes)
    const outside = { class: 0, x: 640, y: 0, w: 1, h: 1 }
    expect(() => openGoldWitness({ ...box, labels: box.labels.with(0, outside) })).toThrow(BoxOutsideImageError)
  })

  test('error: no refusal carries a label, the salt or the ephemeral scalar', () => {
    const parameters = sample(79, digits)
    const wrong = parameters.labels.map((label) => ((label as number) + 3) % 10)
    const failures = [
      () => openGoldWitness({ ...parameters, labels: wrong }),
      () => openGoldWitness({ ...parameters, commitment: 1n }),
      () => openGoldWitness({ ...parameters, labels: parameters.labels.with(0, 7777777) }),
    ]
    for (const failure of failures)
      try {
        failure()
        expect.unreachable()
      } catch (error) {
        const shown = `${(error as Error).stack} ${Object.values(error as object).join(' ')}`
        for (const secret of [parameters.salt, parameters.ephemeralScalar, 7777777n])
          expect(shown).not.toContain(secret.toString())
      }
  })
})

describe('scoreWitness', () => {
  test('error: gold that does not open its commitment', () => {
    const parameters = sample(80, digits)
    const goldCommitment = hiddenGoldCommitment({ salt: parameters.goldSalt, ...parameters.gold })
    scoreWitness({ ...parameters, goldCommitment })
    expect(() => scoreWitness({ ...parameters, goldCommitment, goldSalt: 1n })).toThrow(GoldDoesNotOpenError)
    expect(() => scoreWitness({ ...parameters, goldCommitment: goldCommitment + 1n })).toThrow(GoldDoesNotOpenError)
  })
})

describe('auditWitness', () => {
  /** A slot and a challenger that answer some gold items alike and some not; gold drawn from the slot's labels. */
  function audited(seed: number, rules: Rules) {
    const { rules: _, labels, gold, salt, goldSalt, commitmentContext, context } = sample(seed, rules)
    const random = seeded(seed + 1_000)
    const other = sampleLabels(random, rules)
    const mixed = labels.map((label, index) => (random.below(3) === 0 ? label : other[index]!))
    const slot = { labels: mixed, salt, commitmentContext }
    const challenger = {
      labels: mixed.map((label, index) => (random.below(2) === 0 ? label : other[index]!)),
      salt: random.bits(248),
      commitmentContext: random.bits(248),
    }
    return { rules, context, gold, goldSalt, slot, challenger }
  }

  test.each([digits, { ...digits, kind: 'set', max: 15, tolerance: 1 }, boxes] as const)(
    'default: the sides as the labels say, in the vector the contract builds ($kind)',
    (rules) => {
      const parameters = audited(73, rules)
      const { slot, challenger, goldSalt } = parameters
      const { withGold, withChallenger, statement, inputs } = auditWitness(parameters)
      const sides = unpackGold(rules, parameters.gold).map(({ index, label }) => {
        const [own, other] = [slot.labels[index]!, challenger.labels[index]!]
        if (agrees(rules, other, label)) return 'neither'
        const [withGold, withOther] = [agrees(rules, own, label), agrees(rules, own, other)]
        return withGold === withOther ? 'neither' : withGold ? 'gold' : 'challenger'
      })
      const bitsOf = (wanted: string) =>
        sides.reduce((bits, side, k) => (side === wanted ? bits + 2n ** BigInt(k) : bits), 0n)
      expect(withGold).toBe(bitsOf('gold'))
      expect(withChallenger).toBe(bitsOf('challenger'))
      expect(withGold + withChallenger).toBeGreaterThan(0n)
      const commitmentOf = ({ labels, ...side }: typeof slot) =>
        commitLabels({ rules, ...side, codes: encodeLabels(rules, labels) })
      const goldCommitment = hiddenGoldCommitment({ salt: goldSalt, ...parameters.gold })
      expect(statement.vector).toEqual([
        slot.commitmentContext,
        commitmentOf(slot),
        encodeRules(rules),
        goldCommitment,
        challenger.commitmentContext,
        commitmentOf(challenger),
        withGold,
        withChallenger,
      ])
      expect(inputs).toMatchObject({ codes: encodeLabels(rules, slot.labels), salt: slot.salt, goldSalt })
      expect(inputs).toMatchObject({
        challengerCodes: encodeLabels(rules, challenger.labels),
        challengerSalt: challenger.salt,
        challengerCommitmentContext: challenger.commitmentContext,
      })
    },
  )

  test('default: fixed signals', () => {
    expect(auditWitness(audited(70, digits)).statement.publicSignals).toMatchInlineSnapshot(`
      [
        17485373647429302087572215832027658349075167885850561322032219521566307109307n,
        13422440642672769287578983252045460231942126882953857654221285362071607131393n,
        112740504833226624874843818002949138012452863701892923909155286301071774332n,
        288595438547702103798252809432570860872330775595491046872167661851526500565n,
      ]
    `)
  })

  test('default: the digest hides behind the gold salt and covers both picks', () => {
    const parameters = audited(75, digits)
    const { digest } = auditWitness(parameters).statement
    expect(auditWitness({ ...parameters, goldSalt: parameters.goldSalt + 1n }).statement.digest).not.toBe(digest)
    const { slot, challenger } = parameters
    const swapped = auditWitness({ ...parameters, slot: challenger, challenger: slot })
    expect(swapped.statement.digest).not.toBe(digest)
  })

  test('error: gold, labels or salts that do not open their commitments', () => {
    const parameters = audited(74, digits)
    const { slot, challenger } = parameters
    expect(() => auditWitness({ ...parameters, goldCommitment: 5n })).toThrow(GoldDoesNotOpenError)
    expect(() => auditWitness({ ...parameters, slot: { ...slot, commitment: 5n } })).toThrow(CommitmentMismatchError)
    expect(() => auditWitness({ ...parameters, challenger: { ...challenger, commitment: 5n } })).toThrow(
      CommitmentMismatchError,
    )
  })

  test('error: labels of the challenger that the task does not allow', () => {
    const parameters = audited(76, digits)
    const { challenger } = parameters
    const illegal = { ...challenger, labels: challenger.labels.with(3, 10) }
    expect(() => auditWitness({ ...parameters, challenger: illegal })).toThrow(LabelOutsideSchemaError)
    const short = { ...challenger, labels: challenger.labels.slice(1) }
    expect(() => auditWitness({ ...parameters, challenger: short })).toThrow(WrongItemCountError)
  })
})

describe('sidesOf', () => {
  const rules = { ...digits, itemCount: 4, goldCount: 4, tolerance: 1 }
  const gold = [0, 1, 2, 3].map((index) => ({ index, label: 4 }))

  test.each([
    ['nobody contradicts the gold', [4, 4, 4, 4], [5, 3, 4, 4], { withGold: 0n, withChallenger: 0n, contradicted: 0 }],
    ['all with the gold', [4, 4, 4, 4], [9, 9, 0, 1], { withGold: 15n, withChallenger: 0n, contradicted: 4 }],
    ['all with the challenger', [9, 9, 0, 1], [9, 8, 0, 0], { withGold: 0n, withChallenger: 15n, contradicted: 4 }],
    [
      'between both, and with neither',
      [5, 3, 9, 0],
      [6, 2, 6, 2],
      { withGold: 0n, withChallenger: 0n, contradicted: 4 },
    ],
    [
      'only contradicted items count',
      [4, 4, 9, 9],
      [4, 9, 4, 9],
      { withGold: 2n, withChallenger: 8n, contradicted: 2 },
    ],
  ])('default: %s', (_, labels, challenger, expected) => {
    expect(sidesOf(rules, labels, challenger, gold)).toEqual(expected)
  })

  test('error: too few labels on either side', () => {
    expect(() => sidesOf(rules, [4, 4, 4], [4, 4, 4, 4], gold)).toThrow(WrongItemCountError)
    expect(() => sidesOf(rules, [4, 4, 4, 4], [4, 4, 4], gold)).toThrow(WrongItemCountError)
  })
})

describe('gold that nobody could agree with', () => {
  test.each([
    ['a value above the largest label', digits, 10n, LabelOutsideSchemaError],
    ['a class that does not exist', boxes, 4n, LabelOutsideSchemaError],
    ['a box outside the image', boxes, 640n << 8n, BoxOutsideImageError],
  ] as const)('error: %s is refused before proving', (_, rules, code, error) => {
    const parameters = sample(81, rules)
    const bits = rules.kind === 'box' ? 72n : 8n
    const first = parameters.gold.values[0]!
    const values = [((first >> bits) << bits) | code, ...parameters.gold.values.slice(1)]
    const gold = { ...parameters.gold, values }
    const { labels, salt, commitmentContext } = parameters
    const side = { labels, salt, commitmentContext }
    expect(() => scoreWitness({ ...parameters, gold })).toThrow(error)
    expect(() => auditWitness({ ...parameters, slot: side, challenger: side, gold })).toThrow(error)
  })

  test('error: a value past the last gold item', () => {
    const parameters = sample(82, digits)
    const values = [parameters.gold.values[0]! | (1n << 128n)]
    expect(() => scoreWitness({ ...parameters, gold: { ...parameters.gold, values } })).toThrow(GoldMalformedError)
  })
})
