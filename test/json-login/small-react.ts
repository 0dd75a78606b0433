import ts from 'typescript'

/** The result of a component's rendering. */
interface Element {
  readonly type: string
  readonly props: Record<string, unknown> & { readonly children?: unknown }
}

/** A mounted component: what it shows, and functions that use it as a user would. */
export interface Page {
  readonly text: string
  /** The name of the only field. */
  readonly field: string
  /** Whether no button can be clicked. */
  readonly isBusy: boolean
  /** Types into the only field and submits the form. */
  submit(typed: string): Promise<void>
  click(label: string | RegExp): Promise<void>
}

type Component = (props: object) => Element

/**
 * Mounts a component with as much of React as it needs: state, effects that run once, and a tree that tests can
 * read. So the component is tested without a browser.
 */
export async function mount(source: string, name: string, props: object): Promise<Page> {
  const states: unknown[] = []
  const effects: (() => unknown)[] = []
  let cursor = 0
  let drawn: Element
  const react = {
    useState: (initial: unknown) => {
      const index = cursor++
      if (!(index in states)) states[index] = initial
      const set = (value: unknown) => {
        states[index] = value
        draw()
      }
      return [states[index], set]
    },
    useEffect: (effect: () => unknown) => {
      const index = cursor++
      if (index in states) return
      states[index] = true
      effects.push(effect)
    },
  }
  const jsx = (type: string, elementProps: Element['props']): Element => ({
    type,
    props: elementProps,
  })
  const modules: Record<string, object> = {
    react,
    'react/jsx-runtime': { jsx, jsxs: jsx },
  }
  const component = compiled(source, modules)[name] as Component
  const draw = () => {
    cursor = 0
    drawn = component(props)
  }
  const all = () => elementsOf(drawn)
  const one = (type: string) => all().find((element) => element.type === type)?.props ?? {}
  const handle = async (handler: unknown, event: object) =>
    (handler as (e: object) => unknown)(event)

  draw()
  for (const effect of effects) effect()
  return {
    get text() {
      return textOf(drawn)
    },
    get field() {
      return String(one('input').name)
    },
    get isBusy() {
      return all().every(({ type, props }) => type !== 'button' || props.disabled === true)
    },
    submit: async (typed) => {
      await handle(one('input').onChange, { target: { value: typed } })
      await handle(one('form').onSubmit, { preventDefault: () => {} })
    },
    click: async (label) => {
      const button = all().find(({ type, props }) => {
        return type === 'button' && props.onClick && new RegExp(label).test(textOf(props.children))
      })
      if (!button) throw new Error(`There is no button ${label}: ${textOf(drawn)}`)
      await handle(button.props.onClick, {})
    },
  }
}

function compiled(source: string, modules: Record<string, object>): Record<string, unknown> {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { jsx: ts.JsxEmit.ReactJSX, module: ts.ModuleKind.CommonJS },
  })
  const exports = {}
  new Function('require', 'exports', outputText)((name: string) => modules[name], exports)
  return exports
}

function isElement(node: unknown): node is Element {
  return typeof node === 'object' && node !== null && 'props' in node
}

function elementsOf(node: unknown): Element[] {
  if (Array.isArray(node)) return node.flatMap(elementsOf)
  return isElement(node) ? [node, ...elementsOf(node.props.children)] : []
}

function textOf(node: unknown): string {
  if (Array.isArray(node)) return node.map(textOf).join(' ')
  if (isElement(node)) return textOf(node.props.children)
  return typeof node === 'string' ? node : ''
}
