import type { DatasetLink, ModelLink } from '../api/types'
import { datasetUrl, modelUrl } from '../url'

export const datasetLinks = (links: readonly DatasetLink[]) =>
  links.map((link) => ({ ...link, to: datasetUrl(link.datasetId) }))

export const modelLinks = (links: readonly ModelLink[]) =>
  links.map((link) => ({ ...link, to: modelUrl(link.modelId) }))
