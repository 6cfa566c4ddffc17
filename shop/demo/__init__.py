"""A shop to look at: products of our own invention, drawings, warehouses, stock and customers.

Part of the composition layer: it may use every app's services, and nobody imports it.
`loading.load_demo` is its one entrance.
"""
