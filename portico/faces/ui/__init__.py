"""What the faces share: template backend, components, bases, style sheet and scripts."""
