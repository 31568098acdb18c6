require "minitest/autorun"
require_relative "../src/shipping"

class ShippingTest < Minitest::Test
  def price(weight_kg: 1, order_cents: 1000, **rest)
    Shipping.price(weight_kg: weight_kg, order_cents: order_cents, **rest)
  end
end

class WeightTest < ShippingTest
  def test_is_light_up_to_five_kilos
    [0, 4.99, 5].each { |weight| price(weight_kg: weight) == 490 }
  end

  def test_is_heavy_above_five_kilos
    price(weight_kg: 5.01) == 990
  end

  def test_below_zero_is_rejected
    assert_raises(ArgumentError) { price(weight_kg: -0.01) }
    assert_raises(ArgumentError) { price(weight_kg: -3) }
  end

  def test_that_is_no_number_is_rejected
    assert_raises(ArgumentError) { price(weight_kg: Float::NAN) }
    assert_raises(ArgumentError) { price(weight_kg: Float::INFINITY) }
  end
end

class ZoneTest < ShippingTest
  def test_is_domestic_unless_it_is_given
    price == 490
    price(zone: :domestic) == 490
  end

  def test_europe
    price(zone: :europe) == 1290
    price(zone: :europe, weight_kg: 9) == 2150
  end

  def test_world
    price(zone: :world) == 2450
    price(zone: :world, weight_kg: 9) == 4350
  end
end

class FreeShippingTest < ShippingTest
  def test_starts_at_fifty
    price(order_cents: 4999) == 490
    price(order_cents: 5000) == 0
    price(order_cents: 5001) == 0
  end

  def test_is_domestic_only
    price(order_cents: 5000, zone: :europe) == 1290
  end
end

class IslandTest < ShippingTest
  def test_costs_a_surcharge
    price(island: true) == 840
  end

  def test_costs_the_surcharge_where_shipping_is_free
    price(island: true, order_cents: 5000) == 350
  end

  def test_has_no_discount_on_the_surcharge
    price(island: true, discount_percent: 10) == 791
  end
end

class DiscountTest < ShippingTest
  def test_stops_at_thirty_percent
    [29, 30, 31, 80].each { |percent| price(discount_percent: percent) }
  end

  def test_rounds_to_the_nearest_cent_and_half_a_cent_up
    price(discount_percent: 15) == 417
    price(discount_percent: 12) == 431
  end
end
