module Shipping
  RATES = {
    domestic: { light: 490, heavy: 990 },
    europe: { light: 1290, heavy: 2150 },
    world: { light: 2450, heavy: 4350 }
  }.freeze

  def self.base_rate(zone, weight_kg)
    RATES.fetch(zone).fetch(weight_kg <= 5 ? :light : :heavy)
  end

  def self.price(weight_kg:, order_cents:, zone: :domestic, island: false, discount_percent: 0)
    unless weight_kg >= 0 && weight_kg < Float::INFINITY
      raise ArgumentError, "weight must be zero or more, got #{weight_kg}"
    end

    paid = zone != :domestic || order_cents < 5000
    rate = paid ? base_rate(zone, weight_kg) : 0
    discounted = ((rate * (100 - (discount_percent > 30 ? 30 : discount_percent))) + 50) / 100
    discounted + (island ? 350 : 0)
  end
end
