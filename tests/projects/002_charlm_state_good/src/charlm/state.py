def carry_over(state):
    """Prepare the recurrent state for the next chunk."""
    if isinstance(state, tuple):
        return tuple(carry_over(s) for s in state)
    return state.detach().contiguous()
