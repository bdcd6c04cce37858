"""Guards for money, people and the law: what refuses or defers a message before a provider is asked."""
