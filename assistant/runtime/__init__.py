"""What keeps the server true and awake: the boot hook, static replies, stores."""
