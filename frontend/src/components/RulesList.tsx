import { describeRules, type Rules } from '@veritask/sdk'

export function RulesList({ rules }: { rules: Rules }) {
  return (
    <ul className="rules">
      {describeRules(rules).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  )
}
