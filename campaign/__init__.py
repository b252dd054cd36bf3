"""Random autograd programs, with torch as the judge of what autograd-lint says about them."""
