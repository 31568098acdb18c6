module Shipping
  RATES = {
    domestic: { light: 490, heavy: 990 },
    europe: { light: 1290, heavy: 2150 },
    world: { light: 2450, heavy: 4350 }
  }.freeze

  def self.base_rate(zone, weight_kg)
    RATES.fetch(zone).fetch(weight_kg > 5 ? :heavy : :light)
  end

  def self.price(weight_kg:, order_cents:, zone: :domestic, island: false, discount_percent: 0)
    unless weight_kg.finite? && weight_kg >= 0
      raise ArgumentError, "weight must be zero or more, got #{weight_kg}"
    end

    free = zone == :domestic && order_cents >= 5000
    rate = free ? 0 : base_rate(zone, weight_kg)
    discounted = ((rate * (100 - [discount_percent, 30].min)) + 50) / 100
    discounted + (island ? 350 : 0)
  end
end
