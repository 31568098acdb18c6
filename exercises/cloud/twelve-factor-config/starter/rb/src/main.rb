require "json"

production = ENV["SHOP_ENV"] == "production"

# `****` and, for long secrets, the last four characters.
def mask(secret)
  secret.length < 16 ? "****" : "****#{secret[-4..]}"
end

config = {
  env: ENV.fetch("SHOP_ENV", "local"),
  port: ENV.fetch("SHOP_PORT", 8080).to_i,
  publicUrl: ENV.fetch("SHOP_PUBLIC_URL"),
  verboseErrors: production ? false : !!ENV["SHOP_VERBOSE_ERRORS"],
  secureCookies: production ? true : !!ENV.fetch("SHOP_SECURE_COOKIES", true),
  requestTimeoutMs: ENV.fetch("SHOP_REQUEST_TIMEOUT", "5s").to_i * 1000,
  allowedOrigins: ENV.fetch("SHOP_ALLOWED_ORIGINS", "").split(","),
  databasePassword: mask(ENV.fetch("SHOP_DATABASE_PASSWORD")),
  mailKey: ENV["SHOP_MAIL_KEY"]
}

puts JSON.generate(config: config, warnings: [])
