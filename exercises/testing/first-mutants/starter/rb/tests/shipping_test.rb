require "minitest/autorun"
require_relative "../src/shipping"

class ShippingTest < Minitest::Test
  def test_charges_a_light_domestic_parcel
    assert_equal 490, Shipping.price(weight_kg: 2, order_cents: 1999, zone: :domestic)
  end

  def test_charges_a_heavy_domestic_parcel
    assert_equal 990, Shipping.price(weight_kg: 8, order_cents: 1999, zone: :domestic)
  end
end
